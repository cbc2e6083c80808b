import type { Plugin as EsbuildPlugin } from 'esbuild';

export declare function templateModule(source: string): string;
export declare const esbuildTemplates: EsbuildPlugin;
export declare const viteTemplates: { readonly name: string; readonly enforce: 'pre'; readonly transform: (source: string, id: string) => { readonly code: string; readonly map: null } | undefined };
