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
