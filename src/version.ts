declare const __GATEWAY_VERSION__: string | undefined;

/** The package's version, put in by the bundler; `0.0.0` when run from source. */
export const VERSION: string = typeof __GATEWAY_VERSION__ === 'string' ? __GATEWAY_VERSION__ : '0.0.0';
