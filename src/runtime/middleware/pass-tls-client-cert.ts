import { X509Certificate } from 'node:crypto';
import type { DnOptions, SpecOf } from '../../ir/index.ts';
import { setHeader } from '../headers.ts';
import { escapeQuery } from '../url.ts';
import type { Factory } from './factory.ts';

type Info = NonNullable<SpecOf<'passTLSClientCert'>['info']>;

/** The client's certificates as PEM body and as described fields; nothing without certificate (pkg/middlewares/passtlsclientcert; ran). */
export const passTLSClientCert: Factory<'passTLSClientCert'> = (spec) => (next) =>
  function* (request, draft) {
    const certificates = request.tls?.peerCertificates ?? [];
    if (spec.pem && certificates.length > 0) {
      request.headers = setHeader(request.headers, 'X-Forwarded-Tls-Client-Cert', certificates.map((der) => Buffer.from(der).toString('base64')).join(','));
    }
    if (spec.info !== undefined && certificates.length > 0) {
      const { info } = spec;
      const described = certificates.map((der) => describe(new X509Certificate(der), info)).join(',');
      request.headers = setHeader(request.headers, 'X-Forwarded-Tls-Client-Cert-Info', escapeQuery(Buffer.from(described).toString('latin1')));
    }
    return yield* next(request, draft);
  };

function describe(certificate: X509Certificate, info: Info): string {
  const subject = info.subject === undefined ? '' : distinguishedName(certificate.subject, info.subject);
  // The issuer's organizational unit is no option of Traefik.
  const issuer = info.issuer === undefined ? '' : distinguishedName(certificate.issuer, { ...info.issuer, organizationalUnit: false });
  const sans = info.sans ? alternativeNames(certificate.subjectAltName ?? '') : [];
  const parts: readonly (readonly [string, string])[] = [
    ['Subject', subject],
    ['Issuer', issuer],
    ['SerialNumber', info.serialNumber ? BigInt(`0x${certificate.serialNumber}`).toString() : ''],
    ['NB', info.notBefore ? seconds(certificate.validFrom) : ''],
    ['NA', info.notAfter ? seconds(certificate.validTo) : ''],
    ['SAN', sans.join(',')],
  ];
  return parts.filter(([, value]) => value !== '').map(([name, value]) => `${name}="${value}"`).join(';');
}

function seconds(date: string): string {
  return String(Math.floor(Date.parse(date) / 1000));
}

/** Node writes a name one attribute a line, escaped as RFC 2253 asks. */
function distinguishedName(text: string, options: DnOptions): string {
  const attributes = text.split('\n').map((line) => {
    const at = line.indexOf('=');
    return { key: line.slice(0, at), value: line.slice(at + 1).replace(/\\(.)/g, '$1') };
  });
  const wanted: readonly (readonly [boolean, string, string])[] = [
    [options.domainComponent, 'DC', 'DC'], [options.country, 'C', 'C'], [options.province, 'ST', 'ST'], [options.locality, 'L', 'L'], [options.organization, 'O', 'O'],
    [options.organizationalUnit, 'OU', 'OU'], [options.serialNumber, 'serialNumber', 'SN'], [options.commonName, 'CN', 'CN'],
  ];
  return wanted.flatMap(([on, key, shown]) => (on ? attributes.filter((one) => one.key === key).map((one) => `${shown}=${one.value}`) : [])).join(',');
}

/** Names, then mail addresses, then IPs, then URIs, as Go lists them. */
function alternativeNames(text: string): readonly string[] {
  const items = text.split(', ');
  return ['DNS:', 'email:', 'IP Address:', 'URI:'].flatMap((prefix) => items.filter((item) => item.startsWith(prefix)).map((item) => item.slice(prefix.length)));
}
