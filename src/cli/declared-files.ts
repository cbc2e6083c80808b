import path from 'node:path';
import type { DeclaredGateway } from '../config/config.ts';
import type { SourceHost } from '../index.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Files that the configuration names of a gateway are there: a misspelt one would leave its facts out in silence. Throws CommandError (3).
 * @param hasStatic a flag names another static configuration
 */
export function checkDeclared(gateway: DeclaredGateway, folder: string, hasStatic: boolean, host: SourceHost): void {
  const named = [
    ...(gateway.static === undefined || hasStatic ? [] : [{ what: 'static', name: gateway.static }]),
    ...gateway.dynamic.map((name) => ({ what: 'dynamic', name })),
    ...gateway.env.map((name) => ({ what: 'env', name })),
  ];
  for (const { what, name } of named) {
    const at = path.posix.join(folder, name);
    if (host.readFile(at) !== undefined || (what === 'dynamic' && host.listFolder(at) !== undefined)) continue;
    throw new CommandError(EXIT.environment, `gateway "${gateway.name}": cannot read ${at}`, `The configuration names it below "${what}"`);
  }
}
