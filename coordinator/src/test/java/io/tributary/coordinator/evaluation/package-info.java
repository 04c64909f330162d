/** Tests of evaluation. */
@NullMarked
package io.tributary.coordinator.evaluation;

import org.jspecify.annotations.NullMarked;
