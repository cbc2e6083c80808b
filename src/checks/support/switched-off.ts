import type { OriginId } from '../../text/index.ts';
import type { LintContext } from '../rule.ts';
import { replaceFix } from './edits.ts';
import type { Said } from './problem-rule.ts';

/** `--providers.docker=yes`, or a word where a file has an object: Traefik goes on without it. */
export function switchedOff(subject: string, option: string, context: LintContext, origin: OriginId): Said {
  return {
    message: `"${subject}" switches "${option}" off: only "true" switches it on`,
    label: 'did you mean "true"?',
    why: 'Traefik goes on as if it were not written',
    help: 'write "true" or, to have it off, "false"',
    ...replaceFix(context, origin, subject, 'true'),
  };
}
