import type { SpecOf } from '../../../ir/index.ts';
import { withHeader, type ChainState, type Site, type Step } from '../chain.ts';
import { literal, template, variable } from '../plan.ts';

const HEADER = 'X-Forwarded-Tls-Client-Cert';

/** Lines of 64 characters: a certificate of 4,800 bytes. */
const MOST_LINES = 100;

/**
 * The client's certificate as Traefik sends it: the text of the PEM without its line breaks. nginx has those in its variable, and
 * no function to take them out: a pattern takes the lines one by one.
 */
export function passTlsClientCert(site: Site, state: ChainState, spec: SpecOf<'passTLSClientCert'>): Step {
  if (!spec.pem || !site.tls) return { state };
  const incoming = state.request.find(({ name }) => name === HEADER)?.value ?? [];
  const lines = Array.from({ length: MOST_LINES }, (_, index) => `gwc_l${String(index + 1)}`);
  const pattern = lines.reduceRight((rest, line) => `(?:(?<${line}>[A-Za-z0-9+/=]+)\\s${rest})?+`, '');
  const pem = site.sheet.map('client_certificate', [variable('ssl_client_raw_cert')], [
    { key: literal('default'), value: template('') },
    { key: literal(''), value: template(...incoming) },
    { key: literal(`~^-+BEGIN CERTIFICATE-+\\s${pattern}-+END CERTIFICATE-+`), value: template(...lines.map(variable)) },
  ]);
  return { state: { ...state, request: withHeader(state.request, { name: HEADER, value: [variable(pem)] }) } };
}
