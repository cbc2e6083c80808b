import { ORACLE_FILE } from './oracle-static.ts';

/** The static configuration of the recorded label verdicts, with the flags of one case. */
export function recordedFiles(flags: readonly string[]): Readonly<Record<string, string>> {
  const docker = ['exposedByDefault: true', ...flags.flatMap((flag) => {
    const found = /^--providers\.docker\.(\w+)=(.*)$/.exec(flag);
    const name = { exposedbydefault: 'exposedByDefault', network: 'network', defaultrule: 'defaultRule' }[found?.[1] ?? ''];
    return name === undefined ? [] : [`${name}: ${JSON.stringify(found?.[2] ?? '')}`];
  })];
  const unique = new Map(docker.map((line) => [line.split(':')[0], line]));
  return {
    'traefik.yml': [
      'entryPoints:', '  web: {address: ":8081"}', '  websecure: {address: ":8444"}', '  db: {address: ":8432"}', '  dns: {address: ":8053/udp"}', '  traefik: {address: ":8090"}',
      'providers:', '  docker:', ...[...unique.values()].map((line) => `    ${line}`), '  file: {directory: /etc/traefik/dynamic}',
      'api: {insecure: true}',
      'certificatesResolvers:', '  le:', '    acme: {email: admin@example.test, storage: acme.json, tlsChallenge: {}}', '',
    ].join('\n'),
    'dynamic/objects.yml': ORACLE_FILE,
  };
}
