import type { ClientTls, SpecOf } from '../../ir/index.ts';
import type { Verdict } from './middleware.ts';

/** Text of a file on the engine's disk, undefined = not there; `undefined` itself = nothing is known of the disk. */
export type Disk = ((path: string) => string | undefined) | undefined;

const OK: Verdict = { kind: 'ok' };

/** `name:hash` and `name:realm:md5`: no more is looked at before the first login (pkg/middlewares/auth). */
export function usersFault(spec: SpecOf<'basicAuth'> | SpecOf<'digestAuth'>, disk: Disk): Verdict {
  const parts = spec.kind === 'basicAuth' ? 2 : 3;
  const word = spec.kind === 'basicAuth' ? 'BasicUser' : 'DigestUser';
  const wrong = spec.users.flatMap((user, index) => (user.split(':').length === parts ? [] : [{ says: `error parsing ${word}: ${masked(user)}`, path: `${spec.kind}.users[${String(index)}]` }]));
  if (spec.usersFile !== '') {
    const path = `${spec.kind}.usersFile`;
    if (disk === undefined) return wrong.length === 0 ? { kind: 'unjudged', needs: 'files', what: 'usersFile', path } : { kind: 'fault', faults: wrong };
    const text = disk(spec.usersFile);
    if (text === undefined) return { kind: 'fault', faults: [{ says: `open ${spec.usersFile}: no such file or directory`, path }, ...wrong] };
    const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    const bad = lines.find((line) => line.split(':').length !== parts);
    if (bad !== undefined) return { kind: 'fault', faults: [{ says: `error parsing ${word}: ${masked(bad)}`, path }, ...wrong] };
    if (lines.length > 0 && wrong.length === 0) return OK;
  }
  if (wrong.length > 0) return { kind: 'fault', faults: wrong };
  // Before 3.6.19 and 3.7.3 a list without users was accepted and refused everybody; digestAuth still does that.
  if (spec.kind === 'basicAuth' && spec.users.length === 0) return { kind: 'fault', faults: [{ says: `no users found in ${spec.usersFile}`, path: `${spec.kind}.users` }] };
  return OK;
}

/** CreateTLSConfig of pkg/types/tls.go: each value is a path or the content itself. */
export function clientTlsFault(tls: ClientTls, disk: Disk, path: string, prefix: string): Verdict {
  const fault = (says: string, key: string): Verdict => ({ kind: 'fault', faults: [{ says: prefix + says, path: `${path}.${key}` }] });
  if (tls.ca !== '' && !isPem(tls.ca)) {
    if (disk === undefined) return { kind: 'unjudged', needs: 'files', what: 'ca', path: `${path}.ca` };
    if (!isPem(disk(tls.ca) ?? '')) return fault('failed to parse CA', 'ca');
  }
  if ((tls.cert === '') !== (tls.key === '')) return fault('both TLS cert and key must be defined', tls.cert === '' ? 'key' : 'cert');
  if (tls.cert === '' || (isPem(tls.cert) && isPem(tls.key))) return OK;
  if (disk === undefined) return { kind: 'unjudged', needs: 'files', what: 'cert', path: `${path}.cert` };
  if (disk(tls.cert) === undefined) return fault('cert file does not exist', 'cert');
  return disk(tls.key) === undefined ? fault('key file does not exist', 'key') : OK;
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** The engine prints the whole line here; a hash is nobody's business, nor is a line that has no name. */
function masked(user: string): string {
  const colon = user.indexOf(':');
  return `${user.slice(0, colon + 1)}***`;
}
