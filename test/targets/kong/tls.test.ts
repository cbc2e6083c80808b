import { describe, expect, it } from 'vitest';
import type { RouterTls, Routing, TlsOptions } from '../../../src/ir/index.ts';
import { buildKong } from '../../support/kong-build.ts';
import { tcpListener } from '../../support/kong-streams.ts';
import { listenerOf, origins, routingOf } from '../../support/routing-builder.ts';

const ORIGIN = origins.default('tls');
const secure = listenerOf({ name: 'websecure', port: 443 }, [{ name: 'a', rule: 'Host(`a.test`)', tls: true }, { name: 'b', rule: 'Host(`b.test`)', tls: true }]);
const set = (name: string, raw: unknown): TlsOptions => ({ ref: { protocol: 'http', kind: 'tlsOptions', name, namespace: 'file' }, raw, origin: ORIGIN, places: new Map(), symbol: `tls.options.${name}` });

function using(...names: readonly (string | undefined)[]): Routing['listeners'] {
  const tls = (name: string | undefined): RouterTls => ({ domains: [], passthrough: false, origin: ORIGIN, ...(name === undefined ? {} : { options: { value: set(name, {}).ref, origin: ORIGIN } }) });
  return [{ ...secure, tls: secure.tls.map((route, index) => ({ ...route, tls: tls(names[index]) })) }];
}
const conf = (routing: Routing, settings = {}): readonly (readonly [string, string])[] => [...(buildKong(routing, 'expressions', settings).nodes[0]?.node.conf ?? [])].filter(([name]) => /ssl|listen/.test(name) && !name.startsWith('admin'));
const messages = (routing: Routing, settings = {}): readonly string[] => buildKong(routing, 'expressions', settings).diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
const CIPHERS = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA';

describe('TLS options of a node', () => {
  it('nothing where nothing is asked for', () => {
    expect(conf(routingOf(secure))).toEqual([['proxy_listen', '127.0.0.1:443 http2 ssl']]);
  });
  it('versions', () => {
    expect(conf({ ...routingOf(...using('strict', 'strict')), tlsOptions: [set('strict', { minVersion: 'VersionTLS13' })] })).toEqual([['proxy_listen', '127.0.0.1:443 http2 ssl'], ['ssl_cipher_suite', 'custom'], ['ssl_protocols', 'TLSv1.3'], ['ssl_ciphers', CIPHERS]]);
  });
  it('ciphers, curves, protocols and tickets, names without case; those called default hold for all', () => {
    const raw = { minversion: 'VersionTLS12', cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_256_CBC_SHA', 'TLS_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'], curvePreferences: ['CurveP521', 'X25519'], alpnProtocols: ['http/1.1'], disableSessionTickets: 'true' };
    expect(conf({ ...routingOf(...using(undefined, 'default')), tlsOptions: [set('default', raw)] })).toEqual([
      ['proxy_listen', '127.0.0.1:443 ssl'], ['ssl_cipher_suite', 'custom'], ['ssl_protocols', 'TLSv1.2 TLSv1.3'], ['ssl_ciphers', 'ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA:ECDHE-ECDSA-CHACHA20-POLY1305'], ['nginx_proxy_ssl_ecdh_curve', 'secp521r1:X25519'], ['ssl_session_tickets', 'off'],
    ]);
  });
  it('of a stream node', () => {
    const listener = tcpListener({ name: 'db', port: 5432 }, { name: 'a', rule: 'HostSNI(`a.test`)', to: ['a:1'], tls: 'ends' });
    expect(conf({ ...routingOf(listener), tlsOptions: [set('default', { curvePreferences: ['CurveP256'] })], certificates: [{ certFile: '/c/a.pem', keyFile: '/c/a.key', stores: [], origin: ORIGIN }] })).toEqual([
      ['proxy_listen', 'off'], ['stream_listen', '127.0.0.1:5432 ssl'], ['ssl_cert', '/c/a.pem'], ['ssl_cert_key', '/c/a.key'], ['nginx_sproxy_ssl_ecdh_curve', 'prime256v1'],
    ]);
  });
  it.each<[string, unknown]>([['client certificates', { clientAuth: { clientAuthType: 'RequireAnyClientCert' } }], ['sniStrict', { sniStrict: true }], ['a cipher', { cipherSuites: ['TLS_RSA_WITH_RC4_128_SHA'] }], ['a version', { minVersion: 'VersionSSL30' }], ['a curve', { curvePreferences: ['P-192'] }], ['a protocol', { alpnProtocols: ['h3'] }]])('refuses %s', (_, raw) => {
    expect(messages({ ...routingOf(...using('x', 'x')), tlsOptions: [set('x', raw)] })).toEqual(['error: kong cannot express these TLS options']);
  });
  it('refuses different options on one node', () => {
    expect(messages({ ...routingOf(...using('x', undefined)), tlsOptions: [set('x', { minVersion: 'VersionTLS13' })] })).toEqual(['error: kong cannot express different TLS options on one node']);
  });
});

describe('certificates', () => {
  const pair = (name: string): Routing['certificates'][number] => ({ certFile: `/c/${name}.pem`, keyFile: `/c/${name}.key`, stores: [], origin: ORIGIN });
  it('several without names are refused', () => {
    expect(messages({ ...routingOf(secure), certificates: [pair('a'), pair('b')] })).toEqual(['error: kong cannot express several certificates']);
  });
  it('several by the setting: the first is the node\'s own, the others come from the environment by name', () => {
    const tls = { certificates: [{ certificate: '/c/a.pem', key: '/c/a.key' }, { certificate: '/c/b.pem', key: '/c/b.key', names: ['b.test', '*.b.test'] }] };
    const built = buildKong({ ...routingOf(secure), certificates: [pair('a'), pair('b')] }, 'expressions', { tls });
    expect(built.nodes[0]?.node.conf.get('ssl_cert')).toBe('/c/a.pem');
    expect(built.nodes[0]?.yaml).toContain('certificates:\n  # read from the environment\n  - cert: "{vault://env/gateway-certificate-2}"\n    key: "{vault://env/gateway-certificate-2-key}"\n    snis:\n      - name: "b.test"\n      - name: "*.b.test"\n');
    expect(built.diagnostics.map(({ rule, severity, blocking, message }) => ({ rule, severity, blocking, message }))).toEqual([{ rule: 'target-deferred-secret', severity: 'note', blocking: false, message: 'the certificate for "b.test", "*.b.test" is not written: the node reads it from "GATEWAY_CERTIFICATE_2" and "GATEWAY_CERTIFICATE_2_KEY"' }]);
  });
  it('the default one of the store', () => {
    const store = { ...set('default', { defaultCertificate: { certFile: '/c/d.pem', keyFile: '/c/d.key' } }) };
    expect(conf({ ...routingOf(secure), tlsStores: [store] }).slice(1)).toEqual([['ssl_cert', '/c/d.pem'], ['ssl_cert_key', '/c/d.key']]);
  });
  it('a path that kong.conf would split is refused', () => {
    expect(messages({ ...routingOf(secure), certificates: [pair('a,b')] })).toEqual(['error: kong has no way to write this certificate path']);
  });
});
