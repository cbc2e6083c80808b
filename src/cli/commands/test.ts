import type { Command } from 'commander';
import { collect, sourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import type { TestFlags } from '../test-run.ts';

const EXAMPLES = `
Examples:
  gateway test                                     all *.gateway-test.yaml of this folder and the tests of its gateway.yaml
  gateway test routes.gateway-test.yaml --stack stacks/shop --coverage
  gateway test --engine runtime,traefik,nginx      the same tests against real engines on free loopback ports
  gateway test --generate > now.gateway-test.yaml  tests that hold what the stacks do today
`;

/** `gateway test`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('test').description('route tests: requests, and what must become of them');
  // Tests take the positional place that stacks have elsewhere.
  const { options } = sourceOptions(program.createCommand('options'));
  command.argument('[tests...]', 'files of tests, or folders with *.gateway-test.yaml (default: this folder)');
  for (const option of options) command.addOption(option);
  return command
    .option('--stack <path>', 'Compose file or folder (repeatable; default: the configuration, else this folder)', collect)
    .option('--engine <names>', 'runtime, traefik, nginx or all; comma-separated (default: runtime)')
    .option('--coverage', 'which routers, matchers and middlewares no test exercises')
    .option('--min-coverage <percent>', 'exit 1 below this')
    .option('--mutate', 'make mistakes in the routing, one at a time: which of them does no test notice?')
    .option('--generate', 'print tests that hold what the stacks do now')
    .option('--format <name[=file]>', 'text, json or junit (repeatable, with a file)', collect)
    .addHelpText('after', EXAMPLES)
    .action(async (tests: readonly string[], flags: TestFlags) => {
      const { runTest } = await import('../test-run.ts');
      finish(await runTest(context, tests, flags));
    });
}
