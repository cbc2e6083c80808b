/** Bytes as latin-1 to text; a byte that is no text is replaced. */
export function decodeUtf8(bytes: string): string {
  return /[\u0080-\u00ff]/.test(bytes) && !/[^\u0000-\u00ff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
