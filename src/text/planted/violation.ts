import { refKey } from '../../ir/index.ts';
export const planted = refKey;
