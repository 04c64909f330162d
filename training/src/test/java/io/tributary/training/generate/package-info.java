/** Tests of continuing texts. */
@NullMarked
package io.tributary.training.generate;

import org.jspecify.annotations.NullMarked;
