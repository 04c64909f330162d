/**
 * Fine-tuning at one node in one round: order of batches, optimizers, schedule, clipping, and the
 * delta that is sent. Never evaluates for a report, never talks to anyone.
 */
@NullMarked
package io.tributary.training.finetune;

import org.jspecify.annotations.NullMarked;
