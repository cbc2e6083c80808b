import type { Argument } from '../ir/index.ts';
import { type Call, complain, type Context, hasHoles } from './builder.ts';
import type { Complaint } from './builder.ts';
import { goQuote, ruleQuote } from './go-quote.ts';
import { parseIpRange } from './ip.ts';
import { parseRe2 } from './re2/index.ts';

/** Checks of single arguments. Each reports and returns false when the engine would refuse the rule for it. */
export function checkAscii(context: Context, call: Call, argument: Argument, engineName: string): boolean {
  if (hasHoles(argument) || /^[\x00-\x7f]*$/.test(argument.value)) return true;
  complain(
    context,
    call,
    {
      code: 'non-ascii-host',
      message: `host ${goQuote(argument.value)} is not ASCII: write its punycode form`,
      engine: `invalid value ${goQuote(argument.value)} for ${engineName} matcher, non-ASCII characters are not allowed`,
    },
    argument.origin,
  );
  return false;
}

export function checkPattern(context: Context, call: Call, argument: Argument, engine: (words: string) => string): boolean {
  const parsed = hasHoles(argument) ? undefined : parseRe2(argument.value);
  if (parsed === undefined || parsed.ok) return true;
  complain(
    context,
    call,
    { code: 'bad-regexp', message: `${goQuote(argument.value)} is not a regular expression of Go: ${parsed.error.message.replace(/^error parsing regexp: /, '')}`, engine: engine(parsed.error.message) },
    argument.origin,
  );
  return false;
}

export function checkSlash(context: Context, call: Call, argument: Argument): boolean {
  if (hasHoles(argument) || argument.value.startsWith('/')) return true;
  const complaint: Complaint = {
    code: 'no-leading-slash',
    message: `path ${goQuote(argument.value)} does not begin with a slash`,
    engine: `path ${goQuote(argument.value)} does not start with a '/'`,
    suggestion: `/${argument.value}`,
  };
  complain(context, call, complaint, argument.origin);
  return false;
}

export function checkIp(context: Context, call: Call, argument: Argument): boolean {
  if (hasHoles(argument) || parseIpRange(argument.value) !== undefined) return true;
  const intro = context.syntax === 'v2' ? 'could not initialize IP Checker for "ClientIP" matcher' : 'initializing IP checker for ClientIP matcher';
  const complaint: Complaint = {
    code: 'bad-ip',
    message: `${goQuote(argument.value)} is neither an IP address nor a network in CIDR form`,
    engine: `${intro}: parsing CIDR trusted IPs <nil>: invalid CIDR address: ${argument.value}`,
  };
  complain(context, call, complaint, argument.origin);
  return false;
}

/** v3: the number of arguments is exact. */
export function checkCount(context: Context, call: Call, counts: readonly number[]): boolean {
  if (counts.includes(call.args.length)) return true;
  const wanted = counts.length === 1 ? `takes ${counts[0] === 1 ? 'one argument' : `${counts[0]} arguments`}` : `takes ${counts.join(' or ')} arguments`;
  const split = counts[0] === 1 && counts.length === 1 && call.args.length > 1;
  const list = context.protocol === 'tcp' ? '1' : `one of [${counts.join(' ')}]`;
  complain(context, call, {
    code: 'arity',
    message: `${call.name} ${wanted}, got ${call.args.length}`,
    engine: `unexpected number of parameters; got ${call.args.length}, expected ${list}`,
    ...(split ? { suggestion: call.args.map((argument) => `${call.name}(${ruleQuote(argument.value)})`).join(' || ') } : {}),
  });
  return false;
}
