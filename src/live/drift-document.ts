/** One label that is not the same on both sides. Values of other programs' labels, and secrets, are never shown. */
export interface LabelDrift {
  readonly label: string;
  /** null: not there. */
  readonly git: string | null;
  readonly running: string | null;
  /** Where git has it, or would: `compose.yml:12:9`. */
  readonly at: string;
}

export type DriftState = 'in sync' | 'label drift' | 'running, not in git' | 'in git, not running' | 'engine disagrees' | 'not visible';

/** One service of a stack, on both sides. */
export interface ServiceDrift {
  readonly service: string;
  readonly state: DriftState;
  /** Names of its containers. */
  readonly containers: readonly string[];
  readonly at: string | null;
  readonly labels: readonly LabelDrift[];
  /** What else there is to say: `2 of 3 replicas run`, what the engine says of a router. */
  readonly details: readonly string[];
  /** The command that ends it; null where there is nothing to do. */
  readonly cure: string | null;
}

/** One Compose project, matched by its name, folder and files. */
export interface StackDrift {
  readonly stack: string;
  readonly files: readonly string[];
  readonly state: 'in sync' | 'drift' | 'not visible';
  readonly services: readonly ServiceDrift[];
  /** Variables without a value in git: they match whatever runs. */
  readonly variables: readonly string[];
  readonly notes: readonly string[];
}

export interface GatewayDrift {
  readonly gateway: string;
  readonly hosts: readonly string[];
  readonly stacks: readonly StackDrift[];
  /** Containers that could not be read although their host answered. */
  readonly unseen: readonly string[];
}

/** `gateway.drift/1`. */
export interface DriftDocument {
  readonly schema: 'gateway.drift/1';
  readonly summary: { readonly stacks: number; readonly inSync: number; readonly drift: number; readonly notVisible: number };
  readonly gateways: readonly GatewayDrift[];
  /** Hosts that could not be read. */
  readonly errors: readonly { readonly host: string; readonly why: string }[];
}
