const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A token of RFC 9110: what names of fields, methods and cookies are made of. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Whether bytes (one letter each) can stand in the value of a field: no control character but a tab. */
export function isFieldValue(bytes: string): boolean {
  return VALUE.test(bytes);
}

/** A field's value without the blanks and tabs around it, which no receiver counts (RFC 9110, section 5.5). */
export function fieldValue(text: string): string {
  return isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)) ? text.replace(/^[ \t]+|[ \t]+$/g, '') : text;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
