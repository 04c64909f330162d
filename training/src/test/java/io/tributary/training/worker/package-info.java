/** Tests of workers, with real child processes. */
@NullMarked
package io.tributary.training.worker;

import org.jspecify.annotations.NullMarked;
