/** What became of one request. */
export interface ExchangeRecord {
  readonly entryPoint: string;
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly clientIp: string;
  readonly tls: boolean;
  readonly protocol: string;
  /** 0 = no answer was made. */
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  readonly router: string | null;
  readonly endpoint: string | null;
  /** The client left before the end. */
  readonly aborted: boolean;
  readonly milliseconds: number;
}

/** Told of every request: access log, metrics. */
export interface Observer {
  readonly began: (entryPoint: string) => void;
  readonly ended: (record: ExchangeRecord) => void;
}

/** Tells several. */
export function allOf(observers: readonly Observer[]): Observer {
  return {
    began: (entryPoint) => observers.forEach((one) => one.began(entryPoint)),
    ended: (record) => observers.forEach((one) => one.ended(record)),
  };
}
