import type { Gateway, Ref, Router, TcpRouter } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import type { RuleError } from '../rule-lang/error.ts';
import { parseRule, parseTcpRule } from '../rule-lang/parse-rule.ts';
import { tcpPriority } from './build/rules.ts';
import type { World } from './build/world.ts';
import { ruleOf, syntaxOf, toRouter, toTcpRouter, toUdpRouter } from './convert/router.ts';
import { byteLength } from './names.ts';
import { markSecrets } from './rule-secrets.ts';
import type { Sourced, Text } from '../text/index.ts';
import type { Declared, ResolveInput } from './types.ts';

/** Routers with what their rules say; `hidden` = a variable without a value hides the rule's shape. */
export interface Parts {
  readonly routers: readonly { readonly router: Router; readonly hidden: boolean }[];
  readonly tcpRouters: readonly { readonly router: TcpRouter; readonly hidden: boolean }[];
  readonly udpRouters: Gateway['udpRouters'];
  readonly errors: ReadonlyMap<string, readonly RuleError[]>;
}

/** What a rule matches that cannot be read. */
const NEVER = { kind: 'constant', value: false } as const;

export function typedRouters(all: readonly Declared[], input: ResolveInput, world: World): Parts {
  const { version, origins, proxy } = input;
  const standard = proxy.static === 'unknown' ? 'v3' : proxy.static.defaultRuleSyntax;
  const errors = new Map<string, readonly RuleError[]>();
  const of = (protocol: Ref['protocol']): readonly Declared[] => all.filter(({ ref }) => ref.kind === 'router' && ref.protocol === protocol);
  const note = (declared: Declared, text: Sourced<Text>, found: readonly RuleError[], hidden: boolean): void => {
    errors.set(refKey(declared.ref), found);
    if (hidden) world.unjudged.add({ needs: 'variables', what: 'rule', name: declared.ref.name, origin: text.origin, symbol: `${declared.symbol}.rule` });
  };
  const routers = of('http').map((declared) => {
    const syntax = syntaxOf(declared, version, standard);
    const text = ruleOf(declared);
    const parsed = parseRule(text, syntax, version, origins);
    const hidden = parsed.rule === undefined && parsed.errors.length === 0;
    note(declared, text, parsed.errors, hidden);
    const rule = parsed.rule === undefined ? NEVER : markSecrets(parsed.rule, text, { origins, files: input.workspace.files });
    return { router: toRouter(declared, { text, rule, syntax, standardPriority: BigInt(byteLength(text.value.text)) }), hidden };
  });
  const tcpRouters = of('tcp').map((declared) => {
    const syntax = syntaxOf(declared, version, standard);
    const text = ruleOf(declared);
    const parsed = parseTcpRule(text, syntax, version, origins);
    const hidden = parsed.rule === undefined && parsed.errors.length === 0;
    note(declared, text, parsed.errors, hidden);
    return { router: toTcpRouter(declared, { text, rule: parsed.rule ?? NEVER, syntax, standardPriority: tcpPriority(text.value.text) }), hidden };
  });
  return { routers, tcpRouters, udpRouters: of('udp').map(toUdpRouter), errors };
}
