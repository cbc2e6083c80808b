import { describe, test } from 'vitest';
import { findEngine, type EngineBinary, type EngineName } from '../../src/engines/find.ts';

/**
 * A suite that needs a real engine. Without it the suite is skipped with a reason on a developer's machine and fails in CI,
 * where a silent skip would let every claim about that engine go unproven.
 */
export function describeEngine(name: EngineName, title: string, body: (engine: EngineBinary) => void): void {
  const engine = findEngine(name);
  if (engine !== null) {
    describe(`${title} [${name} ${engine.version}]`, () => body(engine));
    return;
  }
  const reason = `${name} is not installed: run \`node scripts/install-engines.mjs\``;
  if (process.env['CI'] === undefined || process.env['CI'] === '') {
    describe.skip(`${title} (skipped: ${reason})`, () => test(reason, () => undefined));
    return;
  }
  describe(title, () => {
    test(`${name} is installed`, () => {
      throw new Error(reason);
    });
  });
}
