/** How often something is looked at: while it is well, and while it is not. */
export interface Rounds {
  readonly interval: number;
  readonly unhealthyInterval?: number;
}

/** Looks again and again, the first time after one interval, as Traefik does (ran); returns what stops it. */
export function rounds({ interval, unhealthyInterval = interval }: Rounds, look: () => Promise<boolean>, tell: (up: boolean) => void): () => void {
  let stopped = false;
  const again = async (): Promise<void> => {
    const up = await look();
    if (stopped) return;
    tell(up);
    timer = setTimeout(() => void again(), up ? interval : unhealthyInterval).unref();
  };
  let timer = setTimeout(() => void again(), interval).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
