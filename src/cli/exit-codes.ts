/** The same for all commands; documented in docs/commands.md and tested. */
export const EXIT = {
  /** Done, and what was asked for holds. */
  ok: 0,
  /** The check does not hold: findings, stale output, a field that the target cannot express. */
  findings: 1,
  /** Usage or configuration error: nothing was checked. */
  usage: 2,
  /** The environment: input missing, an engine not there, no permission. */
  environment: 3,
  /** A bug in us. */
  internal: 70,
  /** SIGINT. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A problem with how the command was called, or with the environment: ends the command with its exit code. */
export class CommandError extends Error {
  readonly code: ExitCode;
  readonly help: string | undefined;

  constructor(code: ExitCode, message: string, help?: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
