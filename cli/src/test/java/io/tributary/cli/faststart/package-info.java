/** Tests of the rehearsal behind fast starts. Never times anything. */
@NullMarked
package io.tributary.cli.faststart;

import org.jspecify.annotations.NullMarked;
