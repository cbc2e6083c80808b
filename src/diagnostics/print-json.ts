/**
 * A JSON document as it is printed: indented, and safe on a terminal and in a build log. Control characters, bidirectional
 * overrides and log commands can only stand in strings, where JSON has escapes for them.
 */
export function printJson(document: unknown): string {
  const text = JSON.stringify(document, null, 2).replace(/[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\uffff]/g, escaped);
  return `${text.replace(/##(?=[a-z]*\[)/gi, '#\\u0023')}\n`;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
