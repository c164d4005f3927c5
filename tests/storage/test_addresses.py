"""Where people can be reached is kept, replaced and forgotten, and can be read by nobody without the key."""

from storage.addresses import AddressBook


async def test_an_address_is_kept_replaced_and_forgotten(replicas):
    """What one replica learns, another can use; a newer address takes the place of the older."""
    first, second = AddressBook(replicas[0]), AddressBook(replicas[1])
    assert await first.get("person:amira") is None
    await first.put("person:amira", "Quokka-7f3a street")
    assert await second.get("person:amira") == "Quokka-7f3a street"
    await second.put("person:amira", "elsewhere")
    assert await first.get("person:amira") == "elsewhere"
    await first.drop("person:amira")
    assert await second.get("person:amira") is None


async def test_an_address_rests_sealed(tmp_path, sealer, clock):
    """The file holds no address in the clear."""
    from tests.storage.conftest import opened

    async with opened(f"sqlite:///{tmp_path}/lodge.db", sealer, clock) as (database,):
        await AddressBook(database).put("person:amira", "Quokka-7f3a street")
    assert b"Quokka-7f3a" not in b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))
