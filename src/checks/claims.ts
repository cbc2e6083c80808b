import type { Problem, ProblemKind } from '../ir/index.ts';
import type { Severity } from '../diagnostics/index.ts';

/** Which rule speaks of a problem, and how loudly. */
export interface Claim {
  readonly rule: string;
  readonly severity: Severity;
  readonly blocking: boolean;
}

type Choose = (problem: Problem) => Partial<Claim> & { readonly rule: string };
const to = (rule: string, more: Partial<Claim> = {}): Choose => () => ({ rule, ...more });

/**
 * Every kind of problem has its rule: a kind without one does not compile, so nothing that the engine drops goes unsaid.
 * What a problem costs decides its weight (see `weigh`), unless the row says otherwise.
 */
const CLAIMS: Record<ProblemKind, Choose> = {
  'label-root-case': to('label-syntax'),
  'label-root-unknown': (problem) => rootUnknown(problem),
  'label-part-unknown': (problem) => partUnknown(problem),
  'label-part-empty': to('label-syntax'),
  'label-bracket': to('label-syntax'),
  'label-below-scalar': to('label-syntax'),
  'label-standalone': to('label-syntax'),
  'label-value-ignored': to('label-ignored'),
  'label-switched-off': (problem) => switchedOff(problem),
  'label-not-for-labels': to('label-ignored'),
  'label-list-index': to('label-ignored'),
  'label-name-case': to('label-name-case', { severity: 'warning', blocking: false }),
  'value-invalid': to('value-invalid'),
  'enable-unparsable': to('value-invalid'),
  'port-missing': to('port-missing'),
  'port-chosen': to('port-ambiguous'),
  'port-invalid': to('value-invalid'),
  'url-with-port': to('service-invalid'),
  'address-missing': to('service-invalid'),
  'network-missing': to('network-unreachable', { severity: 'warning', blocking: false }),
  'network-random': to('network-random', { severity: 'warning', blocking: false }),
  'router-service-ambiguous': to('router-service-ambiguous'),
  'too-many-services': to('router-service-ambiguous', { severity: 'info', blocking: false }),
  'service-kind-missing': to('service-invalid'),
  'defined-twice': to('name-collision', { severity: 'error', blocking: false }),
  'services-merged': to('name-collision', { severity: 'error', blocking: false }),
  'declared-twice': to('name-collision', { severity: 'error', blocking: true }),
  'file-name-taken': to('name-collision', { severity: 'warning', blocking: false }),
  'middleware-unknown': to('ref-unknown'),
  'service-unknown': to('ref-unknown'),
  'entry-point-unknown': to('entrypoint-unknown', { severity: 'error', blocking: true }),
  'resolver-unknown': to('resolver-unknown', { severity: 'error', blocking: true }),
  'transport-unknown': to('ref-unknown'),
  'tls-options-unknown': to('ref-unknown'),
  'tls-options-lost': to('tls-options-lost'),
  'tls-options-invalid': to('tls-invalid'),
  'tls-version-ignored': to('tls-invalid'),
  'transport-invalid': to('tls-invalid'),
  'plugin-unknown': to('ref-unknown'),
  'rule-invalid': (problem) => ({ rule: ruleRule(problem) }),
  'rule-empty': to('rule-syntax'),
  'priority-too-large': to('value-invalid'),
  'middleware-several-kinds': to('middleware-invalid'),
  'middleware-no-kind': to('middleware-invalid'),
  'middleware-recursion': to('middleware-invalid'),
  'middleware-invalid': to('middleware-invalid'),
  'service-several-kinds': to('service-invalid'),
  'service-no-kind': to('service-invalid'),
  'service-recursion': to('service-invalid'),
  // Loaded and shown as enabled, though its requests fail: advice.
  'service-invalid': (problem) => ({ rule: 'service-invalid', ...(problem.loss === 'requests' ? { severity: 'warning', blocking: false } : {}) }),
  'tcp-host-without-tls': to('tls-missing'),
  'parent-invalid': to('ref-unknown'),
  'file-invalid': to('file-dropped'),
  'static-invalid': to('static-invalid'),
};

/** The rule and the weight of a problem. */
export function claimOf(problem: Problem): Claim {
  return { ...weigh(problem), ...CLAIMS[problem.kind](problem) };
}

/** A container that is lost and a router that is disabled block; what the engine serves otherwise than written is an error. */
function weigh(problem: Problem): { readonly severity: Severity; readonly blocking: boolean } {
  switch (problem.loss) {
    case 'provider':
    case 'everyContainer':
    case 'container':
    case 'router':
    case 'entryPoint':
      return { severity: 'error', blocking: true };
    case 'service':
    case 'middleware':
      return (problem.loses ?? []).some((ref) => ref.kind === 'router') ? { severity: 'error', blocking: true } : { severity: 'warning', blocking: false };
    case 'requests':
      return { severity: 'error', blocking: false };
    case 'nothing':
      return { severity: 'warning', blocking: false };
  }
}

function rootUnknown(problem: Problem): ReturnType<Choose> {
  if (problem.hint === 'v1-label') return { rule: 'label-v1' };
  if (looksLikeEnable(problem)) return { rule: 'enable-typo', severity: 'error', blocking: false };
  return { rule: 'label-unknown' };
}

function partUnknown(problem: Problem): ReturnType<Choose> {
  if (problem.hint === 'missing-segment') return { rule: 'label-missing-segment' };
  return { rule: problem.context === '' && looksLikeEnable(problem) ? 'enable-typo' : 'label-unknown' };
}

/** `traefik.enabled`, `traefik.enabel`: the part stands where `enable` belongs. */
function looksLikeEnable(problem: Problem): boolean {
  return /^en[abledi]{3,7}$/i.test(problem.subject) && !problem.symbol.includes('.http.');
}

/** `tls=yes` means TLS and gives none; `tls=false` with options below drops them; `tls=false` alone is no mistake. */
function switchedOff(problem: Problem): ReturnType<Choose> {
  if (problem.loss === 'nothing') return { rule: 'label-ignored', severity: 'note', blocking: false };
  const wantsTls = /\.routers\.\*\.tls$/.test(problem.context ?? '') && !/^(?:0|f|false|off|no)$/i.test(problem.subject);
  return wantsTls ? { rule: 'tls-missing' } : { rule: 'label-ignored', severity: 'warning', blocking: false };
}

/** `context` holds rule-lang's code of the mistake, `subject` its words. */
function ruleRule(problem: Problem): string {
  const code = problem.context;
  if (code === 'quote' || code === 'no-argument' || problem.engineSays?.endsWith('obtaining build tree') === true) return 'rule-quote';
  const otherSyntax = code === 'unknown-matcher' && problem.subject.includes('belongs to');
  const several = code === 'arity' && problem.candidates?.[0]?.includes(' || ') === true;
  return otherSyntax || several ? 'rule-v2-syntax' : 'rule-syntax';
}
