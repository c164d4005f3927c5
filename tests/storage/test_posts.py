"""What stands on the web page: put once, changed in place, and never missed by a reader."""

import asyncio

ROOM = "web:#marketing"


async def test_a_post_is_put_once_for_its_key_at_a_place(replicas):
    """A message sent again with its key is the post that stands; the same key elsewhere is another post."""

    async def put(database, place=ROOM):
        async with database.begin() as work:
            return await work.put_post(place, "k1", "{}")

    refs = await asyncio.gather(*map(put, replicas * 3))
    other = await put(replicas[0], "web:@ben")
    assert len({*refs, other}) == 2
    async with replicas[0].read() as work:
        assert await work.find_post(ROOM, "k1") == refs[0]
        assert await work.find_post(ROOM, "k2") is None


async def test_a_replaced_post_stays_in_its_place_and_is_news(database, clock):
    """A changed message keeps its place in the order and comes to readers who had seen the old one."""
    async with database.begin() as work:
        first, second = [await work.put_post(ROOM, key, key) for key in ("a", "b")]
        seen = max(post.seq for post in await work.posts([ROOM]))
    clock.move(minutes=1)
    async with database.begin() as work:
        assert await work.replace_post(first, "changed")
        assert not await work.replace_post("nothing", "changed")
    async with database.read() as work:
        (news,) = await work.posts([ROOM], after_seq=seen)
        assert (news.ref, news.message, news.at < news.changed_at) == (first, "changed", True)
        assert [post.ref for post in await work.posts([ROOM, "web:@ben"])] == [first, second]
        assert await work.posts(["web:@ben"]) == []


async def test_a_reader_in_pages_misses_none(database):
    """Reading two at a time after the highest number seen gives every post once."""
    async with database.begin() as work:
        for number in range(7):
            await work.put_post(ROOM, str(number), "{}")
    after, keys = 0, []
    async with database.read() as work:
        while page := await work.posts([ROOM], after_seq=after, limit=2):
            keys += [post.key for post in page]
            after = max(post.seq for post in page)
    assert keys == [str(number) for number in range(7)]


async def test_a_reader_beside_many_writers_misses_none(replicas):
    """A reader that keeps asking for what came after the last it saw ends up with all that was written."""

    async def write(number):
        async with replicas[number % 3].begin() as work:
            await work.put_post(ROOM, str(number), "{}")
            await asyncio.sleep(0)

    async def follow():
        after, keys = 0, set()
        while len(keys) < 30:
            async with replicas[0].read() as work:
                page = await work.posts([ROOM], after_seq=after)
            keys |= {post.key for post in page}
            after = max([after, *(post.seq for post in page)])

    await asyncio.wait_for(asyncio.gather(follow(), *map(write, range(30))), 30)
