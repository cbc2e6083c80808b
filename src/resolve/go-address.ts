import { quoted } from './names.ts';

/** What Go's netip.ParseAddr says of what stands between the brackets of a URL; undefined = an IPv6 address. */
export function literalError(text: string): string | undefined {
  const sign = /[.:%]/.exec(text)?.[0];
  const failure = sign === ':' ? ipv6Failure(text) : sign === '.' ? ipv4Failure(text) : { says: sign === '%' ? 'missing IPv6 address' : 'unable to parse IP' };
  // An IPv4 address is well-formed, but no literal.
  if (failure === undefined) return sign === '.' ? 'invalid IP-literal' : undefined;
  const at = failure.at === undefined || failure.at === '' ? '' : ` (at ${quoted(failure.at)})`;
  return `invalid host: ParseAddr(${quoted(text)}): ${failure.says}${at}`;
}

interface Failure {
  readonly says: string;
  readonly at?: string;
}

function ipv4Failure(text: string): Failure | undefined {
  let field = '';
  let fields = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (/[0-9]/.test(char)) {
      if (field === '0') return { says: 'IPv4 field has octet with leading zero' };
      field += char;
      if (Number(field) > 255) return { says: 'IPv4 field has value >255' };
    } else if (char !== '.') return { says: 'unexpected character', at: text.slice(at) };
    else {
      if (field === '' || at === text.length - 1) return { says: 'IPv4 field must have at least one digit', at: text.slice(at) };
      if (fields === 3) return { says: 'IPv4 address too long' };
      fields += 1;
      field = '';
    }
  }
  return fields < 3 ? { says: 'IPv4 address too short' } : undefined;
}

/** Eight groups, two of which an IPv4 address at the end may replace; `::` stands for one group of zeros or more. */
function ipv6Failure(text: string): Failure | undefined {
  const percent = text.indexOf('%');
  if (percent === text.length - 1) return { says: 'zone must be a non-empty string' };
  let rest = percent === -1 ? text : text.slice(0, percent);
  let gap = rest.startsWith('::');
  if (gap) rest = rest.slice(2);
  if (gap && rest === '') return undefined;
  let groups = 0;
  while (groups < 8) {
    const digits = /^[0-9A-Fa-f]*/.exec(rest)?.[0] ?? '';
    if (digits.length > 4) return { says: 'each group must have 4 or less digits', at: rest };
    if (digits === '') return { says: 'each colon-separated field must have at least one digit', at: rest };
    if (rest[digits.length] === '.') return tailFailure(rest, groups, gap);
    groups += 1;
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) return { says: 'unexpected character, want colon', at: rest };
    if (rest === ':') return { says: 'colon must be followed by more characters', at: rest };
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (gap) return { says: 'multiple :: in address', at: rest };
    gap = true;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  return rest === '' ? countFailure(groups, gap) : { says: 'trailing garbage after address', at: rest };
}

function tailFailure(tail: string, groups: number, gap: boolean): Failure | undefined {
  if (!gap && groups !== 6) return { says: 'embedded IPv4 address must replace the final 2 fields of the address', at: tail };
  if (groups > 6) return { says: 'too many hex fields to fit an embedded IPv4 at the end of the address', at: tail };
  return ipv4Failure(tail) ?? countFailure(groups + 2, gap);
}

function countFailure(groups: number, gap: boolean): Failure | undefined {
  if (groups < 8) return gap ? undefined : { says: 'address string too short' };
  return gap ? { says: 'the :: must expand to at least one field of zeros' } : undefined;
}
