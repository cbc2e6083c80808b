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

/**
 * Text from a file on its way to a terminal: control characters (escapes, carriage returns, bidirectional overrides)
 * are shown, never sent.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
