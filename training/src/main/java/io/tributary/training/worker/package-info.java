/**
 * The seam between a service and PyTorch: orders go in, outcomes come out, in this process or in a
 * supervised child process. Never gRPC, protobuf, plans of its own or decisions about rounds.
 */
@NullMarked
package io.tributary.training.worker;

import org.jspecify.annotations.NullMarked;
