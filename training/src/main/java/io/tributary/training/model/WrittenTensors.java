package io.tributary.training.model;

import io.tributary.federation.Digest;

/**
 * A safetensors file that was written.
 *
 * @param size in bytes
 */
public record WrittenTensors(Digest digest, long size) {}
