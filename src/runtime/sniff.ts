/**
 * Go's http.DetectContentType for what backends send without a type: the signature table of net/http/sniff.go.
 * Used only where a contentType middleware switched detection on.
 */
const HTML = ['<!DOCTYPE HTML', '<HTML', '<HEAD', '<SCRIPT', '<IFRAME', '<H1', '<DIV', '<FONT', '<TABLE', '<A', '<STYLE', '<TITLE', '<B', '<BODY', '<BR', '<P', '<!--'];
const EXACT: readonly (readonly [string, string])[] = [
  ['%PDF-', 'application/pdf'],
  ['%!PS-Adobe-', 'application/postscript'],
  ['\xFE\xFF', 'text/plain; charset=utf-16be'],
  ['\xFF\xFE', 'text/plain; charset=utf-16le'],
  ['\xEF\xBB\xBF', 'text/plain; charset=utf-8'],
  ['\x00\x00\x01\x00', 'image/x-icon'],
  ['\x00\x00\x02\x00', 'image/x-icon'],
  ['BM', 'image/bmp'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['\x89PNG\r\n\x1A\n', 'image/png'],
  ['\xFF\xD8\xFF', 'image/jpeg'],
  ['ID3', 'audio/mpeg'],
  ['OggS\x00', 'application/ogg'],
  ['MThd\x00\x00\x00\x06', 'audio/midi'],
  ['\x1A\x45\xDF\xA3', 'video/webm'],
  ['\x00\x01\x00\x00', 'font/ttf'],
  ['OTTO', 'font/otf'],
  ['ttcf', 'font/collection'],
  ['wOFF', 'font/woff'],
  ['wOF2', 'font/woff2'],
  ['\x1F\x8B\x08', 'application/x-gzip'],
  ['PK\x03\x04', 'application/zip'],
  ['Rar!\x1A\x07\x00', 'application/x-rar-compressed'],
  ['Rar!\x1A\x07\x01\x00', 'application/x-rar-compressed'],
  ['\x00\x61\x73\x6D', 'application/wasm'],
];
const RIFF: Readonly<Record<string, string>> = { AVI: 'video/avi', WAVE: 'audio/wave', WEBPVP: 'image/webp' };

export function sniffContentType(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const trimmed = text.replace(/^[\t\n\f\r ]+/, '');
  if (HTML.some((tag) => isTag(trimmed, tag))) return 'text/html; charset=utf-8';
  if (trimmed.startsWith('<?xml')) return 'text/xml; charset=utf-8';
  const exact = EXACT.find(([signature]) => text.startsWith(signature));
  if (exact !== undefined) return exact[1];
  const container = contained(text);
  if (container !== undefined) return container;
  return isText(trimmed) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

function isTag(text: string, tag: string): boolean {
  const end = text[tag.length];
  return text.slice(0, tag.length).toUpperCase() === tag && (end === ' ' || end === '>');
}

function contained(text: string): string | undefined {
  if (text.startsWith('RIFF')) {
    const form = Object.keys(RIFF).find((key) => text.slice(8).startsWith(key));
    if (form !== undefined) return RIFF[form];
  }
  if (text.startsWith('FORM') && text.slice(8, 12) === 'AIFF') return 'audio/aiff';
  if (text.startsWith('.snd')) return 'audio/basic';
  return text.slice(4, 11) === 'ftypmp4' ? 'video/mp4' : undefined;
}

function isText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d && code !== 0x1b) return false;
  }
  return true;
}
