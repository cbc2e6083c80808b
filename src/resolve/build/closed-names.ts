import type { ClosedNames } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import type { HttpInput } from './http.ts';
import { unknownAt } from '../convert/places.ts';
import { domainsMessage, hostsIn } from './rules.ts';
import type { RunningRouter } from './split.ts';
import { defaultsUnusable, tlsOptionsFailures } from './tls-options.ts';

/**
 * Names for which the engine can make no TLS: hosts of routers whose options cannot be used, and all others where the default
 * options cannot (brokenTLSRouter of pkg/server/router/tcp; ran). Such routers are not built, their names stay closed.
 */
export function closedNames(input: HttpInput): (entryPoint: string) => ClosedNames | undefined {
  const others = defaultsUnusable(input.world);
  const broken = input.running.filter((running) => isBroken(running, input));
  return (entryPoint) => {
    const names = broken.filter(({ entryPoints }) => entryPoints.some(({ value }) => value === entryPoint)).flatMap((running) => hostsOf(running, input));
    return names.length === 0 && !others ? undefined : { names: [...new Set(names)], others };
  };
}

/** A router whose options clash with those of another has the default ones in force. */
function isBroken({ router, tls, options }: RunningRouter, { declared, world }: HttpInput): boolean {
  const own = declared.get(refKey(router.ref));
  if (tls === undefined || options === 'default' || own === undefined || unknownAt(router.variables, 'tls.options')) return false;
  return tlsOptionsFailures(tls.options, own, world).length > 0;
}

/** Without final dots, as names are compared. A rule that cannot be read closes none. */
function hostsOf({ router }: RunningRouter, { errors, world }: HttpInput): readonly string[] {
  const rule = router.ruleText.value.text;
  if (domainsMessage(rule, errors.get(refKey(router.ref)) ?? [], world.version) !== undefined) return [];
  return (hostsIn(rule, 'host') ?? []).map((host) => host.replace(/\.+$/, ''));
}
