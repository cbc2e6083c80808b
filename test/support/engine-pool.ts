/** Everything that a case table needs to ask the same question of several real engines. */
export { askThrough, type BackendObservation, type Observation, type ProbeInput, type RunningEngine } from './engine-ask.ts';
export { NGINX_TEMP_PATHS, nginxFromDir, type NginxFromDir } from './engine-nginx.ts';
export { traefikFromFiles, traefikFromLabels, type LabelledTraefik, type TraefikFromFiles, type TraefikFromLabels } from './engine-traefik.ts';
export { echoSpecs, startBackends, type BackendPool, type BackendSpec } from './echo-backend.ts';
