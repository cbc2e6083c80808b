import { oncePer } from '../../text/index.ts';
import type { Directive } from './directive.ts';
import { last, named } from './directive.ts';
import { isShared } from './known.ts';
import { NOT_PACKED, packingOf } from './packing.ts';
import type { Packing } from './packing.ts';
import { REPEATS, repeatsOf } from './repeats.ts';
import type { Repeats } from './repeats.ts';
import { compileTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface HeaderLine {
  readonly name: string;
  /** The name in small letters. */
  readonly key: string;
  readonly value: Template;
  readonly always: boolean;
}
export interface ErrorPage {
  readonly codes: readonly number[];
  readonly page: Template;
  /** Undefined keeps the status, 0 takes that of the page, else this one. */
  readonly answer: number | undefined;
}

/** What a level says that the levels below take over. */
export interface Settings {
  /** `proxy_set_header`: inherited as a whole, only where the level has none of its own. So are the next three. */
  readonly sent: readonly HeaderLine[];
  readonly added: readonly HeaderLine[];
  readonly hidden: readonly string[];
  readonly errorPages: readonly ErrorPage[];
  readonly recursive: boolean;
  readonly access: readonly { readonly allow: boolean; readonly range: string }[];
  readonly realm: Template | undefined;
  readonly usersFile: Template | undefined;
  /** Bytes; 0 = no limit. */
  readonly bodyLimit: number;
  readonly defaultType: string;
  readonly mergeSlashes: boolean;
  readonly authRequest: boolean;
  readonly interceptErrors: boolean;
  /** `proxy_method`: the one that endpoints get; undefined = the client's. */
  readonly method: string | undefined;
  /** `proxy_pass_request_headers`. */
  readonly passesHeaders: boolean;
  /** `proxy_pass_request_body`. */
  readonly passesBody: boolean;
  readonly repeats: Repeats;
  /** `mirror`: names of the locations that each get a copy of the request. */
  readonly mirrors: readonly string[];
  readonly packing: Packing;
  /** A redirect to a path is made one to a URL. */
  readonly absoluteRedirect: boolean;
}

export const DEFAULTS: Settings = {
  sent: [], added: [], hidden: [], errorPages: [], recursive: false, access: [], realm: undefined, usersFile: undefined,
  bodyLimit: 1_048_576, defaultType: 'text/plain', mergeSlashes: true, authRequest: false, interceptErrors: false, method: undefined, passesHeaders: true,
  passesBody: true, repeats: REPEATS, mirrors: [], packing: NOT_PACKED, absoluteRedirect: true,
};

/** The settings of a level. */
export function settingsOf(directives: readonly Directive[], parent: Settings): Settings {
  // Thousands of levels without any of their own cost nothing.
  return directives.some(({ name }) => name === 'grpc_pass' || isShared(name)) ? readSettings(directives, parent) : parent;
}

function readSettings(directives: readonly Directive[], parent: Settings): Settings {
  const one = (name: string): string | undefined => last(directives, name)?.args[0];
  const list = <T>(name: string, inherited: readonly T[], read: (directive: Directive) => T): readonly T[] => {
    const own = named(directives, name);
    return own.length === 0 ? inherited : own.map(read);
  };
  const access = directives.filter(({ name }) => name === 'allow' || name === 'deny').map(({ name, args }) => ({ allow: name === 'allow', range: args[0] ?? '' }));
  const realm = one('auth_basic');
  const limit = one('client_max_body_size');
  return {
    // A location that speaks HTTP/2 to its endpoints has a module of its own: it says all of its lines itself.
    sent: named(directives, 'grpc_pass').length > 0 ? list('grpc_set_header', [], headerLine) : list('proxy_set_header', parent.sent, headerLine),
    added: list('add_header', parent.added, headerLine),
    hidden: list(named(directives, 'grpc_pass').length > 0 ? 'grpc_hide_header' : 'proxy_hide_header', parent.hidden, ({ args }) => (args[0] ?? '').toLowerCase()),
    errorPages: list('error_page', parent.errorPages, errorPage),
    recursive: one('recursive_error_pages') === undefined ? parent.recursive : one('recursive_error_pages') === 'on',
    access: access.length === 0 ? parent.access : access,
    realm: realm === undefined ? parent.realm : realm === 'off' ? undefined : compileTemplate(realm),
    usersFile: one('auth_basic_user_file') === undefined ? parent.usersFile : compileTemplate(one('auth_basic_user_file') ?? ''),
    bodyLimit: limit === undefined ? parent.bodyLimit : size(limit),
    defaultType: one('default_type') ?? parent.defaultType,
    mergeSlashes: one('merge_slashes') === undefined ? parent.mergeSlashes : one('merge_slashes') !== 'off',
    authRequest: one('auth_request') === undefined ? parent.authRequest : one('auth_request') !== 'off',
    interceptErrors: one('proxy_intercept_errors') === undefined ? parent.interceptErrors : one('proxy_intercept_errors') === 'on',
    method: one('proxy_method') ?? parent.method,
    passesHeaders: one('proxy_pass_request_headers') === undefined ? parent.passesHeaders : one('proxy_pass_request_headers') === 'on',
    passesBody: one('proxy_pass_request_body') === undefined ? parent.passesBody : one('proxy_pass_request_body') === 'on',
    repeats: named(directives, 'grpc_pass').length > 0 ? repeatsOf(directives, REPEATS, 'grpc') : repeatsOf(directives, parent.repeats, 'proxy'),
    mirrors: list('mirror', parent.mirrors, ({ args }) => args[0] ?? '').filter((name) => name !== 'off'),
    packing: packingOf(directives, parent.packing),
    absoluteRedirect: one('absolute_redirect') === undefined ? parent.absoluteRedirect : one('absolute_redirect') === 'on',
  };
}

/** Of an included file every level has the same directives. */
const headerLine = oncePer(({ args: [name = '', value = '', third] }: Directive): HeaderLine => ({ name, key: name.toLowerCase(), value: compileTemplate(value), always: third === 'always' }));

function errorPage({ args }: Directive): ErrorPage {
  const codes = args.slice(0, -1).filter((arg) => /^\d+$/.test(arg)).map(Number);
  const answer = args.find((arg) => arg.startsWith('='));
  return { codes, page: compileTemplate(args.at(-1) ?? ''), answer: answer === undefined ? undefined : Number(answer.slice(1)) };
}

function size(text: string): number {
  const match = /^(\d+)([kKmMgG]?)$/.exec(text);
  const unit = { '': 1, k: 1024, m: 1_048_576, g: 1_073_741_824 }[match?.[2]?.toLowerCase() ?? ''] ?? 1;
  return Number(match?.[1] ?? 0) * unit;
}
