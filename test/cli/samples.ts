import { readFileSync, writeFileSync } from 'node:fs';
import { shell } from './gateway.ts';

/** One command of a `console` block and what stands below it. */
export interface Sample {
  readonly command: string;
  readonly expected: string;
}

const BLOCK = /^```console\n([\s\S]*?)^```$/gm;

/** The commands of all `console` blocks of a page, block by block. */
export function samplesOf(file: string): readonly (readonly Sample[])[] {
  return [...readFileSync(file, 'utf8').matchAll(BLOCK)].map((match) => parse(match[1] ?? ''));
}

function parse(block: string): readonly Sample[] {
  return block.split(/^\$ /m).slice(1).map((text) => {
    const end = text.indexOf('\n');
    return { command: text.slice(0, end), expected: text.slice(end + 1) };
  });
}

/** Runs a block in a folder: stdout and stderr as a person sees them, `$?` of the command before. */
export function runBlock(samples: readonly Sample[], cwd: string): readonly Sample[] {
  let status = 0;
  return samples.map(({ command, expected }) => {
    const outcome = shell(`exec 2>&1\nleave() { return ${String(status)}; }\nleave\n${command}`, { cwd });
    status = outcome.status ?? 0;
    return { command, expected: shortened(outcome.stdout, expected) };
  });
}

/** Where the page leaves lines out by a line of three dots, what comes before and after must be there. */
function shortened(actual: string, expected: string): string {
  const at = expected.indexOf('...\n');
  if (at === -1) return actual;
  const before = expected.slice(0, at);
  const after = expected.slice(at + 4);
  return actual.startsWith(before) && actual.endsWith(after) && actual.length >= before.length + after.length ? expected : actual;
}

/** Writes what the commands really print into the page. */
export function rewrite(file: string, blocks: readonly (readonly Sample[])[]): void {
  let index = 0;
  const text = readFileSync(file, 'utf8').replace(BLOCK, () => {
    const samples = blocks[index++] ?? [];
    return `\`\`\`console\n${samples.map(({ command, expected }) => `$ ${command}\n${expected}`).join('')}\`\`\``;
  });
  writeFileSync(file, text);
}
