/** Tests of the session's pure core. */
@NullMarked
package io.tributary.client.session;

import org.jspecify.annotations.NullMarked;
