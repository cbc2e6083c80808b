import { plural } from '../diagnostics/summary.ts';
import { printable } from '../diagnostics/index.ts';
import type { Paint } from '../diagnostics/index.ts';
import type { DriftDocument, GatewayDrift, LabelDrift, ServiceDrift, StackDrift } from './drift-document.ts';

/** For people: every stack, and below it what is not as in git. */
export function driftText({ gateways, summary, errors }: DriftDocument, paint: Paint): string {
  const lines = gateways.flatMap((gateway) => gatewayLines(gateway, gateways.length > 1, paint));
  const parts = [`${plural(summary.stacks, 'stack')}: ${String(summary.inSync)} in sync, ${String(summary.drift)} with drift`, ...(summary.notVisible === 0 ? [] : [`${String(summary.notVisible)} not visible`]), ...(errors.length === 0 ? [] : [`${plural(errors.length, 'host')} not seen`])];
  return `${[...lines, parts.join(', ')].join('\n')}\n`;
}

function gatewayLines({ gateway, hosts, stacks, unseen }: GatewayDrift, isNamed: boolean, paint: Paint): readonly string[] {
  return [...(isNamed ? [`gateway ${printable(gateway)} (${printable(hosts.join(', '))})`] : []), ...stacks.flatMap((stack) => stackLines(stack, paint)), ...unseen.map((one) => `  not visible: ${printable(one)}`)];
}

function stackLines({ stack, files, state, services, variables, notes }: StackDrift, paint: Paint): readonly string[] {
  const where = files.length === 0 ? '' : ` (${printable(files.join(' + '))})`;
  const told = services.filter((one) => one.state !== 'in sync' || one.details.length > 0);
  const width = Math.max(0, ...told.map(({ service }) => printable(service).length));
  return [
    `${printable(stack)}${where}: ${state === 'drift' ? paint.error('drift') : state}`,
    ...told.flatMap((one) => serviceLines(one, width, paint)),
    ...(variables.length === 0 ? [] : [`  variables without a value here match whatever runs: ${printable(variables.join(', '))}`]),
    ...notes.map((note) => `  ${printable(note)}`),
  ];
}

function serviceLines({ service, state, containers, at, labels, details, cure }: ServiceDrift, width: number, paint: Paint): readonly string[] {
  const who = containers.length === 0 ? '' : `  ${printable(containers.join(', '))}`;
  const indent = ' '.repeat(width + 4);
  return [
    `  ${printable(service).padEnd(width)}  ${state === 'in sync' ? state : paint.bold(state)}${who}${at === null ? '' : `    ${paint.dim(printable(at.replace(/:\d+$/, '')))}`}`,
    ...labels.map((label) => `${indent}${labelLine(label)}`),
    ...details.map((detail) => `${indent}${printable(detail)}`),
    ...(cure === null ? [] : [`${indent}cure: ${printable(cure)}`]),
  ];
}

function labelLine({ label, git, running, at }: LabelDrift): string {
  const side = (value: string | null): string => (value === null ? '(not there)' : printable(value));
  return `${printable(label)}: git ${side(git)}, running ${side(running)}    ${printable(at.replace(/:\d+$/, ''))}`;
}
