import { describe, expect, it } from 'vitest';
import { findings, read } from './project.ts';
import type { Files } from './project.ts';

const S = 'services:\n  a:\n    image: x\n';

/** Place, severity (`!` blocks), rule and message of every finding. */
const CASES: readonly { readonly name: string; readonly files: Files; readonly found: readonly string[] }[] = [
  { name: 'a broken file', files: { 'compose.yml': `${S}    labels: ["a\n` }, found: ['4:14-15 error! yaml-syntax: this quote is not closed'] },
  { name: 'a duplicate key', files: { 'compose.yml': `${S}    image: y\n` }, found: ['4:5-10 error! yaml-syntax: key "image" is already defined on line 3'] },
  { name: 'a tag that does not fit', files: { 'compose.yml': `${S}    labels: {a: !!bool yes}\n` }, found: ['4:24-27 error! yaml-syntax: "yes" is not a !!bool'] },
  { name: 'a mapping inside a label list', files: { 'compose.yml': `${S}    labels:\n      - a: b\n` }, found: ['5:9-13 error compose-schema: "services.a.labels.0" must be text, not a mapping'] },
  { name: 'a number inside a label list', files: { 'compose.yml': `${S}    labels: [5]\n` }, found: ['4:14-15 error compose-schema: "services.a.labels.0" must be text, not a whole number'] },
  { name: 'labels as text', files: { 'compose.yml': `${S}    labels: a=b\n` }, found: ['4:13-16 error compose-schema: "services.a.labels" must be a mapping or a list, not text'] },
  { name: 'a number as a key', files: { 'compose.yml': `${S}    labels: {80: x}\n` }, found: ['4:14-16 error compose-schema: the key "80" must be text: put it in quotes'] },
  { name: 'an unknown key', files: { 'compose.yml': `${S}    lables: [a=b]\n` }, found: ['4:5-11 warning compose-schema: Compose knows no "lables" in "services.a"'] },
  { name: 'an unknown section', files: { 'compose.yml': `${S}servces: {}\n` }, found: ['4:1-8 warning compose-schema: Compose knows no "servces" at the top level of a Compose file'] },
  { name: 'an undeclared network', files: { 'compose.yml': `${S}    networks: [proxy]\n` }, found: ['4:16-21 warning compose-schema: service "a" uses the network "proxy", which no file declares'] },
  { name: 'an undeclared dependency', files: { 'compose.yml': `${S}    depends_on: [bb]\n  b: {image: y}\n` }, found: ['4:18-20 error compose-schema: service "a" uses the service "bb", which no file declares'] },
  { name: 'an undeclared volume', files: { 'compose.yml': `${S}    volumes: ["data:/x"]\n` }, found: ['4:15-24 warning compose-schema: service "a" uses the volume "data", which no file declares'] },
  { name: 'a port that is none', files: { 'compose.yml': `${S}    ports: ["80:http", "1.2.3:1:1"]\n` }, found: ['4:13-22 error compose-schema: "80:http" is no port mapping: "http" is no port', '4:24-35 error compose-schema: "1.2.3:1:1" is no port mapping: "1.2.3" is no IP address'] },
  { name: 'a dollar before a brace', files: { 'compose.yml': `${S}    labels: ["r=https://b/\${1}/x"]\n` }, found: ['4:27-29 error! compose-interpolation: a "${" must be followed by a variable name'] },
  { name: 'neither image nor build', files: { 'compose.yml': 'services:\n  a:\n    command: x\n' }, found: ['2:3-4 warning compose-schema: service "a" has neither "image" nor "build"'] },
  { name: 'nothing in the file', files: { 'compose.yml': '# nothing\n' }, found: ['compose.yml 1:1-1 error! compose-schema: the file is empty'] },
  { name: 'a list at the top', files: { 'compose.yml': '- a\n' }, found: ['compose.yml 1:1-4 error! compose-schema: a Compose file must be a mapping at the top level'] },
  { name: 'an env file that is not there', files: { 'compose.yml': `${S}    env_file: [app.env, {path: o.env, required: false}]\n` }, found: ['4:16-23 note compose-file-missing: there is no file "app.env"'] },
  { name: 'an env file that is broken', files: { 'compose.yml': `${S}    env_file: app.env\n`, 'app.env': 'A=1\nB C=2\n' }, found: ['app.env 2:1-4 error! env-file-syntax: a variable name cannot hold a blank'] },
  { name: 'an included file that is not there', files: { 'compose.yml': `include: [sub/c.yml]\n${S}` }, found: ['1:11-20 error! compose-file-missing: there is no file "sub/c.yml"'] },
  { name: 'a file that COMPOSE_FILE names', files: { 'compose.yml': S, '.env': 'COMPOSE_FILE=compose.yml:more.yml\n' }, found: ['default error! compose-file-missing: there is no file "more.yml"'] },
  { name: 'a remote include', files: { 'compose.yml': `include: ["oci://x/y"]\n${S}` }, found: ['1:11-22 note compose-file-missing: the remote file "oci://x/y" was not read'] },
  { name: 'files behind unset variables', files: { 'compose.yml': `include: ["\${HOST}/c.yml", {path: ["\${HOST}.yml"]}]\n${S}    extends: {file: "\${HOST}.yml", service: b}\n  b: {extends: "\${BASE}"}\n` }, found: [] },
  { name: 'an extended service that is not there', files: { 'compose.yml': 'services:\n  a:\n    extends: basis\n' }, found: ['3:14-19 error! compose-file-missing: there is no service "basis"'] },
  { name: 'files that do not go together', files: { 'docker-compose.yml': `${S}    healthcheck: {test: x}\n`, 'docker-compose.override.yml': 'services:\n  a:\n    healthcheck: [x]\n' }, found: ['docker-compose.override.yml 3:18-21 error compose-schema: "services.a.healthcheck" has another form in an earlier file', 'docker-compose.override.yml 3:18-21 error compose-schema: "services.a.healthcheck" must be a mapping, not a list'] },
  { name: 'unset variables are not findings', files: { 'compose.yml': 'services:\n  a:\n    image: x:${TAG}\n    ports: ["${P}:80"]\n    networks: ["${N}"]\n    env_file: ${E}\n    deploy: {replicas: "${R}"}\n' }, found: [] },
];

describe('what Compose refuses', () => {
  for (const { name, files, found } of CASES) {
    it(name, () => expect(findings(read(files))).toEqual(found));
  }

  it('suggests the key that was meant', () => {
    const [found] = read({ 'compose.yml': `${S}    lables: [a=b]\n` }).diagnostics;
    expect(found).toMatchObject({ symbol: 'shop/a/lables', why: 'Compose refuses the file', help: 'write "labels"', at: { label: 'did you mean "labels"?' } });
  });

  it('says nothing at all where there is no file', () => {
    const result = read({});
    expect([result.stack, result.diagnostics]).toEqual([undefined, []]);
  });
});

describe('variables of a stack', () => {
  it('lists what is unset with all its places, and what came from a variable with its name', () => {
    const files = { 'compose.yml': 'services:\n  a:\n    image: x\n    labels: ["u=${ADMIN}", "v=${W}$W", "w=${Q:?set it}", "x=${D:-d}"]\n', '.env': 'ADMIN=me:secret\n' };
    const result = read(files);
    expect(result.stack?.unset.map((variable) => [variable.name, variable.required, variable.origins.map((origin) => result.at(origin))])).toEqual([
      ['W', false, ['4:31-35', '4:35-37']],
      ['Q', true, ['4:43-55']],
    ]);
    expect(result.stack?.containers[0]?.labels.map((label) => label.value.value)).toEqual([
      { text: 'me:secret', holes: [], from: ['ADMIN'] },
      { text: '${W}${W}', holes: ['W', 'W'] },
      { text: '${Q}', holes: ['Q'] },
      { text: 'd', holes: [] },
    ]);
    expect(result.stack?.envFiles).toEqual(['.env']);
  });

  it('names no part of a password hash', () => {
    const result = read({ 'compose.yml': `${S}    labels: ["u=admin:$apr1$H6uskkkW$IgXLP6/x,b:$2y$05$Ab/c", "v=\${USERS}", "w=$W"]\n`, '.env': 'USERS=a:$apr1$saltsalt$restrest\n' });
    expect(result.stack?.unset.map(({ name }) => name)).toEqual(['W']);
    expect(result.stack?.cutHashes?.map((origin) => result.at(origin))).toEqual(['4:23-28', '4:66-74']);
  });

  it('keeps a hole that a line of .env leaves open', () => {
    const result = read({ 'compose.yml': `${S}    labels: ["u=\${A}"]\n`, '.env': 'A=x-${B}\n' });
    expect(result.stack?.containers[0]?.labels[0]?.value.value).toEqual({ text: 'x-${B}', holes: ['B'], from: ['A'] });
  });
});
