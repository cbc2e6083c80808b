/** The few styles that text output uses. The identity makes plain text: colour never carries meaning alone. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly note: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const same = (text: string): string => text;
export const plainPaint: Paint = { error: same, warning: same, info: same, note: same, dim: same, bold: same };

/** Controls, bidirectional overrides, invisible characters and halves of surrogate pairs. Tabs and line feeds stay. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** `##[group]`, `##vso[...]`, `##teamcity[...]`: runners of build servers take these as orders wherever they stand. */
const ORDERS = /##(?=[a-z]*\[)/gi;

/**
 * Text from a file on its way to a terminal or a build log: what would steer either (escapes, carriage returns,
 * bidirectional overrides, log commands) is shown, never sent.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, shown).replace(ORDERS, '#\\u0023');
}

/** Plain ASCII for a terminal that knows nothing else. */
export function asciiOnly(text: string): string {
  return text.replaceAll('…', '...').replace(/[^\u0000-\u007f]/g, shown);
}

/** A line of a log that begins with `::` would be a command of GitHub Actions: its first colon is shown as an escape. */
export function withoutCommands(output: string): string {
  return output.replace(/^([^\S\n]*):(?=:)/gm, '$1\\u003a');
}

function shown(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
