import type { Command, Option } from 'commander';

/**
 * Options that the environment can set, for a build server or a shell that always wants the same. Those that change sources,
 * accept something or leave findings out are not among them: they have to be seen where the command is called.
 */
const VARIABLES: Readonly<Record<string, string>> = {
  '--config': 'GATEWAY_CONFIG',
  '--format': 'GATEWAY_FORMAT',
  '--annotations': 'GATEWAY_ANNOTATIONS',
  '--static': 'GATEWAY_STATIC',
  '--source-version': 'GATEWAY_SOURCE_VERSION',
  '--max-warnings': 'GATEWAY_MAX_WARNINGS',
  '--to': 'GATEWAY_TO',
  '--output': 'GATEWAY_OUTPUT',
  '--fail-on': 'GATEWAY_FAIL_ON',
};

type Environment = Readonly<Record<string, string | undefined>>;

function variableOf({ long }: Option): string | undefined {
  return long !== undefined && long !== null && Object.hasOwn(VARIABLES, long) ? VARIABLES[long] : undefined;
}

/** The help names the variable of each option that has one. */
export function nameVariables(command: Command): void {
  for (const option of command.options) {
    const variable = variableOf(option);
    if (variable !== undefined) option.description = `${option.description} [${variable}]`;
  }
}

/** Sets what no flag said; an empty variable is none. Returns the variables that counted. */
export function applyEnvironment(command: Command, env: Environment): readonly string[] {
  return command.options.flatMap((option) => {
    const variable = variableOf(option);
    const value = variable === undefined ? undefined : env[variable];
    if (variable === undefined || value === undefined || value === '' || isSaid(command, option)) return [];
    const parsed: unknown = option.parseArg === undefined ? value : option.parseArg(value, undefined);
    command.setOptionValueWithSource(option.attributeName(), parsed, 'env');
    return [variable];
  });
}

/** `--json` is a format, too. */
function isSaid(command: Command, option: Option): boolean {
  const name = option.attributeName();
  return command.getOptionValueSource(name) === 'cli' || (name === 'format' && command.getOptionValueSource('json') === 'cli');
}

/** Whether JSON was wanted by the environment alone: asked when the flags could not be read. */
export function environmentWantsJson(env: Environment): boolean {
  return env['GATEWAY_FORMAT'] === 'json';
}
