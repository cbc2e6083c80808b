import type { OriginId } from '../text/index.ts';
import type { Ref } from './ref.ts';

/** What the engine loses by a mistake: the unit of damage that every message names. */
export type Loss = 'provider' | 'everyContainer' | 'container' | 'router' | 'service' | 'middleware' | 'entryPoint' | 'requests' | 'nothing';

/**
 * Something that the engine refuses, drops or leaves without effect, as data. `resolve` finds it while it does what the
 * engine does; a lint rule says it. `kind` is not a rule id: several kinds may be one rule.
 */
export type ProblemKind =
  // labels
  | 'label-root-case' // `Traefik.http...`
  | 'label-root-unknown' // looks like a Traefik label, is outside every prefix: silent (v1, `traefik.htp`, `treafik.`)
  | 'label-part-unknown' // `field not found, node: X`
  | 'label-part-empty'
  | 'label-bracket' // `[` first, or `]` without `[` (loss: provider)
  | 'label-below-scalar'
  | 'label-standalone' // a value on an object that needs children
  | 'label-value-ignored' // a value on an object or a name that has children
  | 'label-switched-off' // `tls=false`, `compress=no`: the subtree is dropped silently
  | 'label-not-for-labels' // accepted and silently ignored
  | 'label-list-index' // `domains.main` without index, unsorted beyond nine
  | 'label-name-case' // names differing only in case are merged
  | 'value-invalid' // bool, integer, float, duration
  | 'enable-unparsable'
  // containers
  | 'port-missing'
  | 'port-chosen' // several exposed ports, none chosen: the lowest is taken
  | 'port-invalid'
  | 'url-with-port'
  | 'address-missing'
  | 'network-missing' // the named network is not attached
  | 'network-random' // several, none chosen
  | 'router-service-ambiguous'
  | 'too-many-services' // no router is created
  | 'service-kind-missing' // load balancer not defined in labels
  // merge
  | 'defined-twice' // different content: all copies dropped
  | 'services-merged' // same settings, servers of different Compose services joined silently
  | 'file-name-taken' // later file's copy skipped
  | 'declared-twice' // in labels and in gateway.yaml: neither can be preferred
  // references
  | 'middleware-unknown'
  | 'service-unknown'
  | 'entry-point-unknown'
  | 'resolver-unknown'
  | 'transport-unknown'
  | 'tls-options-unknown'
  | 'tls-options-lost' // default options are used: no host in the rule, or a host that another router serves with other options
  | 'tls-options-invalid' // no connection can be made with them
  | 'tls-version-ignored' // an unknown version is passed over
  | 'transport-invalid' // its TLS settings are passed over
  | 'plugin-unknown'
  // rules
  | 'rule-invalid'
  | 'rule-empty'
  | 'priority-too-large'
  // entities
  | 'middleware-several-kinds'
  | 'middleware-no-kind'
  | 'middleware-recursion'
  | 'middleware-invalid' // prefix empty, bad regex, CIDR, users, status, ...
  | 'service-several-kinds'
  | 'service-no-kind'
  | 'service-recursion'
  | 'service-invalid'
  | 'tcp-host-without-tls'
  | 'parent-invalid'
  // files
  | 'file-invalid' // the whole file, with its directory, is rejected
  | 'static-invalid';

/** Says more than the kind; texts and fixes may use it, the kind alone decides what is lost. */
export type ProblemHint =
  | 'v1-label' // `traefik.frontend.rule`
  | 'static-option' // `traefik.entrypoints.web.address` as a label
  | 'underscore' // `traefik_http_routers_x_rule`
  | 'other-version' // an option that only the other engine version has
  | 'dot-in-name' // `routers.my.app.rule`
  | 'missing-segment' // `services.x.server.port`; candidates begin with the full spelling
  | 'label-only' // an option of labels in a file: dropped silently
  | 'null-object' // `tls:` in a file, where `tls: {}` was meant
  | 'off' // switched off on purpose: `tls=false`, nothing below
  | 'template' // the file holds `{{ }}`, which the engine executes first
  | 'removed'; // the engine refuses to start with it

export interface Problem {
  readonly kind: ProblemKind;
  /** The exact part: a key segment inside the label, a list item, an argument inside the rule. */
  readonly origin: OriginId;
  /** The offending text as written (never a secret). */
  readonly subject: string;
  /** What could have been meant: sibling option names, declared names. */
  readonly candidates?: readonly string[];
  /** What kind of mistake it looks like, where the decoder can tell. */
  readonly hint?: ProblemHint;
  /** Where it was looked for or what was expected: `http.routers.*`, `bool`, `middleware`. */
  readonly context?: string;
  /** The engine's own words, without prefix. */
  readonly engineSays?: string;
  readonly loss: Loss;
  readonly ref?: Ref;
  /** The entities that disappear with it. */
  readonly loses?: readonly Ref[];
  readonly container?: { readonly stack: string; readonly service: string };
  readonly related?: readonly OriginId[];
  /** `shop/web traefik.http.routers.web.rule`. */
  readonly symbol: string;
  /** Index into the same list: this one only happens because of that one. */
  readonly causedBy?: number;
}

/** Something that was not judged because a fact is missing: said once as a note, never guessed. */
export interface Unjudged {
  readonly needs: 'static' | 'dynamic' | 'image' | 'files' | 'variables' | 'engine';
  /** `entryPoint`, `resolver`, `plugin`, `middleware`, `service`, `transport`, `tlsOptions`, `port`, ... */
  readonly what: string;
  readonly name: string;
  readonly origin: OriginId;
  readonly symbol: string;
}
