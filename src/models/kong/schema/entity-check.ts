import type { X509Certificate } from 'node:crypto';
import { isObject, objectAt, stringAt } from '../value.ts';
import type { JsonObject } from '../value.ts';
import { isSharedMemory } from './custom.ts';
import { jwkProblem } from './jwk.ts';
import { publicPart, readCertificate, readKey } from './pem.ts';
import { tableOf, valueAt } from './table.ts';

type EntityCheck = (entity: JsonObject) => string | undefined;

/** A check that is code in Kong, by record and the fields that it reads; in its words. */
export function customEntityCheck(key: string, sources: readonly string[], entity: JsonObject): string | undefined {
  return CHECKS[`${key}: ${sources.join()}`]?.(entity);
}

const CHECKS: Readonly<Record<string, EntityCheck>> = {
  'certificates: cert,key': (entity) => (pairs(entity, 'cert', 'key') ? undefined : 'certificate does not match key'),
  'certificates: cert_alt,key_alt': (entity) => (pairs(entity, 'cert_alt', 'key_alt') ? undefined : 'alternative certificate does not match key'),
  'certificates: cert,cert_alt': sameKind,
  'ca_certificates: cert': authority,
  'keys: jwk,pem,kid': keyMaterial,
  'filter_chains: filters': () => 'wasm support is not enabled',
  'plugins/acme: config.storage': (entity) => (valueAt(entity, 'config.storage') === 'kong' ? '"kong" storage can\'t be used with dbless mode' : undefined),
  'plugins/aws-lambda: config.proxy_url': proxyUrl,
  'plugins/proxy-cache: config': proxyCache,
  'plugins/ai-proxy.config: route_type,model,logging': statistics,
  'plugins/ai-request-transformer.config.llm: route_type,model,logging': statistics,
  'plugins/ai-response-transformer.config.llm: route_type,model,logging': statistics,
};

function certificateAt(entity: JsonObject, name: string): X509Certificate | undefined {
  return readCertificate(stringAt(entity, name) ?? '');
}

function pairs(entity: JsonObject, certificate: string, key: string): boolean {
  const read = certificateAt(entity, certificate);
  const secret = readKey(stringAt(entity, key) ?? '');
  return read === undefined || secret === undefined || publicPart(read.publicKey) === publicPart(secret);
}

function sameKind(entity: JsonObject): string | undefined {
  const kinds = ['cert', 'cert_alt'].map((name) => certificateAt(entity, name)?.publicKey.asymmetricKeyType);
  return kinds[0] !== undefined && kinds[0] === kinds[1] ? 'certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type' : undefined;
}

function authority(entity: JsonObject): string | undefined {
  const text = stringAt(entity, 'cert') ?? '';
  if (text.split('-----BEGIN CERTIFICATE-----').length > 2) return 'please submit only one certificate at a time';
  const certificate = readCertificate(text);
  if (certificate === undefined) return undefined;
  if (Date.parse(certificate.validTo) < Date.now()) return 'certificate expired, "Not After" time is in the past';
  return certificate.ca ? undefined : 'certificate does not appear to be a CA because it is missing the "CA" basic constraint';
}

function keyMaterial(entity: JsonObject): string | undefined {
  const jwk = stringAt(entity, 'jwk');
  if (jwk !== undefined) return jwkProblem(jwk, entity['kid']);
  const pem = tableOf(entity['pem']);
  return pem !== undefined && pem['private_key'] === undefined && pem['public_key'] === undefined ? 'need to supply a PEM formatted public and/or private key.' : undefined;
}

function proxyUrl(entity: JsonObject): string | undefined {
  const scheme = /^([^:]+):\/\//.exec(String(valueAt(entity, 'config.proxy_url') ?? ''))?.[1];
  return scheme === undefined || scheme === 'http' ? undefined : 'proxy_url scheme must be http';
}

function proxyCache(entity: JsonObject): string | undefined {
  const config = objectAt(entity, 'config');
  const name = valueAt(config, 'memory.dictionary_name');
  return config['strategy'] !== 'memory' || typeof name !== 'string' || isSharedMemory(name) ? undefined : `missing shared dict '${name}'`;
}

function statistics(entity: JsonObject): string | undefined {
  const provider = valueAt(entity, 'model.provider');
  const isAsked = isObject(entity['logging']) && entity['logging']['log_statistics'] === true;
  return isAsked && entity['route_type'] === 'llm/v1/completions' && provider === 'anthropic' ? 'anthropic does not support statistics when route_type is llm/v1/completions' : undefined;
}
