/** Tests of the check. */
@NullMarked
package io.tributary.client.check;

import org.jspecify.annotations.NullMarked;
