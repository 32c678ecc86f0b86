// Loaded before a program: the packages of queues are not installed for it.
import { register } from 'node:module';

const hooks = `
export function resolve(name, context, next) {
  if (!['bullmq', 'ioredis', '@aws-sdk/client-s3'].includes(name)) return next(name, context);
  const error = new Error("Cannot find package '" + name + "' imported from " + context.parentURL);
  throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
