import { Command } from 'commander';

/** Adds the options that every command takes. */
export function globalOptions(command: Command): Command {
  return command
    .option('--json', 'short for --format json')
    .option('-q, --quiet', 'errors only')
    .option('--verbose', 'explain what was read and why')
    .option('--debug', 'show the stack of an internal error')
    .option('--color <when>', 'always, never or auto')
    .option('--no-color', 'same as --color never')
    .option('--config <file>', 'configuration file (default: gateway.config.yaml, upwards)')
    .option('--no-config', 'read no configuration file')
    .option('--cwd <dir>', 'work in this folder')
    .option('-g, --gateway <name...>', 'only these gateways of the configuration');
}

/**
 * `gateway --json lint` means `gateway lint --json`: options of every command may stand before its name, and go behind it
 * here. Each takes one value there, so that none can swallow the command.
 */
export function behindCommand(args: readonly string[]): readonly string[] {
  if (args[0]?.startsWith('-') !== true) return args;
  const known = globalOptions(new Command()).options;
  const moved: string[] = [];
  let at = 0;
  for (let word = args[at]; word?.startsWith('-') === true; word = args[at]) {
    const [name] = word.split('=');
    const option = known.find(({ long, short }) => long === name || short === name);
    if (option === undefined) return args;
    const takesNext = option.required && !word.includes('=');
    const value = takesNext ? args[at + 1] : undefined;
    if (takesNext && value === undefined) return args;
    moved.push(value === undefined ? word : `${option.long ?? word}=${value}`);
    at += takesNext ? 2 : 1;
  }
  const command = args[at];
  return command === undefined ? args : [command, ...moved, ...args.slice(at + 1)];
}
