import { isSecretField, requestText as plainText } from '../../analysis/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { maskMessage } from '../../diagnostics/mask.ts';
import { refName, type Probe, type Routing } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { BuiltTarget } from '../types.ts';
import type { Disagreement, Validation } from '../validate.ts';

/** What validation makes of built files: written with what verified them, or not written and why. */
export function settle(built: BuiltTarget, validation: Validation | undefined, routing: Routing, accepted: string | undefined, by: string = 'model'): BuiltTarget {
  if (validation === undefined) return built;
  const { requests, disagreements, open, unmodelled } = validation;
  const left = open === 0 || unmodelled.length > 0 ? '' : `, ${String(open)} more could not be asked`;
  const [first] = disagreements;
  const notes = [...built.diagnostics, ...unread(validation, built.target, routing)];
  if (first === undefined) return { ...built, validation, diagnostics: notes, verifiedBy: requests === 0 ? 'nothing' : `${by}, ${String(requests)} requests${left}` };
  const diagnostic = disagreement(built.target, first, disagreements.length, routing, accepted);
  if (accepted !== undefined) return { ...built, validation, acceptedUnverified: accepted, diagnostics: [...notes, diagnostic], verifiedBy: `nothing: accepted unverified, ${accepted}` };
  const { files: _, ...rest } = built;
  return { ...rest, validation, diagnostics: [...notes, diagnostic], verifiedBy: 'nothing' };
}

function disagreement(target: string, found: Disagreement, count: number, routing: Routing, accepted: string | undefined): Diagnostic {
  const { what, expected, seen } = shown(found);
  const more = count === 1 ? '' : `, and ${String(count - 1)} more`;
  return {
    rule: 'internal-disagreement', severity: accepted === undefined ? 'error' : 'warning', blocking: accepted === undefined, at: { origin: originOf(found, routing) }, symbol: `${target} ${found.router ?? 'no router'} ${what}`,
    message: `the ${target} files would decide ${requestText(found.probe)} otherwise${more}: ${what} is "${seen}" instead of "${expected}"`,
    why: 'this is a bug in gateway, not in the labels',
    help: accepted === undefined ? 'report it with gateway-report.json; --accept-unverified REASON writes the files anyway' : `written all the same: ${accepted}`,
  };
}

function unread({ open, requests, unmodelled }: Validation, target: string, routing: Routing): readonly Diagnostic[] {
  const origin = routing.listeners[0]?.entryPoint.origin;
  if (unmodelled.length === 0 || origin === undefined) return [];
  return [{
    rule: 'not-verified', severity: 'warning', blocking: false, at: { origin }, symbol: `${target} not verified`,
    message: `${String(open)} of ${String(open + requests)} requests could not be checked in the ${target} files`,
    why: `the reader of these files does not know: ${maskMessage(unmodelled.slice(0, 3).join(', '))}`,
    help: 'this is a gap in gateway: please report it; --verify asks the real engine',
  }];
}

function originOf({ router, probe }: Disagreement, routing: Routing): OriginId {
  const listener = routing.listeners.find(({ entryPoint }) => entryPoint.name === probe.entryPoint) ?? routing.listeners[0];
  const route = [...(listener?.plain ?? []), ...(listener?.tls ?? [])].find((one) => refName(one.router) === router);
  const origin = route?.origin ?? listener?.entryPoint.origin;
  if (origin === undefined) throw new Error('a disagreement without a listener');
  return origin;
}

/** A request with the entry point that it is sent to. */
export function requestText(probe: Probe): string {
  return `${plainText(probe)} on ${probe.entryPoint}`;
}

/** Values of fields that hold secrets are hidden; that they differ is what counts. */
export function shown({ what, expected, seen }: Disagreement): { readonly what: string; readonly expected: string; readonly seen: string } {
  const field = /header (.+)$/.exec(what)?.[1];
  const hide = (text: string): string => (field !== undefined && isSecretField(field) && text !== '' ? '***' : maskMessage(text));
  return { what, expected: hide(expected), seen: expected !== seen && hide(expected) === hide(seen) && hide(seen) !== '' ? 'another value' : hide(seen) };
}
