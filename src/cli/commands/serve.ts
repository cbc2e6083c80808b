import type { Command } from 'commander';
import { addressOptions, sourceOptions } from '../options.ts';
import type { Deps } from '../run.ts';
import type { ServeFlags } from '../serve-run.ts';

const EXAMPLES = `
Examples:
  gateway serve --mock --entrypoint web=127.0.0.1:8080     try the routing of this folder, backends are made up
  gateway serve shop.yml --entrypoint web=:8080 --endpoint app=127.0.0.1:3000 --watch
  gateway serve --admin 127.0.0.1:9100 --access-log json   figures for Prometheus at /metrics
`;

/** `gateway serve`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('serve').description('serve the stacks with the embedded runtime, as Traefik would');
  return addressOptions(sourceOptions(command))
    .option('--watch', 'read the files anew when they change; a configuration with errors is refused and the last good one kept')
    .option('--mock', 'made-up backends that say what reached them')
    .option('--explain-404', 'a 404 says which routers were near and why they did not match')
    .option('--access-log <format>', 'text, json or off; on standard output (default: text)')
    .option('--admin <host:port>', 'serve /metrics and /ping there, on loopback only')
    .option('--grace <seconds>', 'how long requests under way may take when stopped (default: 10)')
    .addHelpText('after', EXAMPLES)
    .action(async (stacks: readonly string[], flags: ServeFlags) => {
      const { runServe } = await import('../serve-run.ts');
      finish(await runServe(context, stacks, flags));
    });
}
